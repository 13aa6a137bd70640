FROM alpine:3.20
WORKDIR /app
COPY count.sh .
CMD ["sh", "count.sh"]
