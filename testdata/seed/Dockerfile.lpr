FROM maven:3.8.1-openjdk-17-slim AS PACKAGE
WORKDIR /work/
COPY pom.xml /work/
COPY src /work/src/
RUN mvn package

FROM openjdk:17-alpine

# No package manager at run time.
RUN rm -f /sbin/apk && \
    rm -rf /etc/apk && \
    rm -rf /lib/apk && \
    rm -rf /usr/share/apk && \
    rm -rf rm -rf /var/lib/apk

# The account of the service.
RUN addgroup boot -g 1337 && \ 
    adduser -D -h /home/boot -u 1337 -s /bin/ash boot -G boot

# From here on everything runs as that account.
USER boot
WORKDIR /home/boot

# COPY makes root the owner of what it brings, unless it is told otherwise.
COPY --chown=boot:boot --from=PACKAGE /work/target/orders.jar /home/boot/orders.jar
EXPOSE 8080
CMD java -jar /home/boot/orders.jar