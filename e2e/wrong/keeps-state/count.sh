echo one >> count.txt && echo "lines: $(wc -l < count.txt)"
sleep 0.3
