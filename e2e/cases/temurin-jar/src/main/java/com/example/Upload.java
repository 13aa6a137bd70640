package com.example;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes what it is sent by way of a temporary file. */
public class Upload {
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(System.getenv("SERVER_PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", exchange -> {
            Path part = Files.createTempFile("part", null);
            Files.writeString(part, exchange.getRequestURI().getPath());
            byte[] body = ("took " + Files.readString(part) + "\n").getBytes(StandardCharsets.UTF_8);
            Files.delete(part);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
