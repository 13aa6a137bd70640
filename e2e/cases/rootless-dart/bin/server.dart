import "package:hello/hello.dart";

void main() => serve();
