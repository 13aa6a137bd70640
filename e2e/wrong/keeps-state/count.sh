echo one >> data/count.txt && echo "lines: $(wc -l < data/count.txt)"
sleep 0.3
