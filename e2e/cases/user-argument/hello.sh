echo "a good day, whoever I am"
sleep 0.2
