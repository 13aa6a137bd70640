<%@ page import="java.io.*" %><% try (FileWriter w = new FileWriter(application.getRealPath("/visits"))) { w.write("one"); } %>tea by <%= "jsp" %>
