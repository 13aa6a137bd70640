Gem::Specification.new do |s|
  s.name = "counter"
  s.version = "1.0.0"
  s.summary = "counts in a file"
  s.author = "e2e"
  s.license = "Apache-2.0"
  s.homepage = "https://example.org"
  s.files = ["lib/counter.rb"]
end
