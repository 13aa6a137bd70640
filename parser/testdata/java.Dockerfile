FROM maven:3-eclipse-temurin-21 AS build
COPY pom.xml .
RUN mvn -B dependency:go-offline
COPY src src
RUN mvn -B package -DskipTests

FROM eclipse-temurin:21-jre
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/x.gpg
COPY --from=build /target/*.jar /opt/app.jar
ENV JAVA_OPTS="-Xmx512m -Dfile.encoding=UTF-8"
ENTRYPOINT exec java $JAVA_OPTS -jar /opt/app.jar
HEALTHCHECK NONE
