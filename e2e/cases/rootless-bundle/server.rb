# Answers HTTP with what the gem has counted.
require "counter"
require "socket"

server = TCPServer.new(Integer(ENV.fetch("PORT", "3000")))
trap("TERM") { exit }
loop do
  client = server.accept
  nil until client.gets.to_s.chomp.empty?
  place = $LOADED_FEATURES.grep(/counter.rb/).first
  text = "counted by counter #{Counter::VERSION} in /usr/local/bundle: #{place.start_with?("/usr/local/bundle/") && Counter.count("tmp/count") > 0 ? "True" : "False"}\n"
  client.write "HTTP/1.1 200 OK\r\nContent-Length: #{text.bytesize}\r\nConnection: close\r\n\r\n#{text}"
  client.close
end
