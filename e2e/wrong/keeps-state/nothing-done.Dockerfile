FROM alpine:3.20
WORKDIR /app
RUN mkdir data
COPY count.sh .
CMD ["sh", "count.sh"]
