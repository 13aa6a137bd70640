'use strict';
// A guest book: entries in ./data, a log in ./logs, rendered pages in ./.cache.
const fs = require('fs');
const http = require('http');
const path = require('path');

for (const dir of ['data', 'logs', '.cache']) fs.mkdirSync(dir, { recursive: true });
const log = fs.createWriteStream('logs/access.log', { flags: 'a' });

function visit(url) {
  fs.appendFileSync('data/entries.txt', url + '\n');
  const page = 'entries: ' + (fs.readFileSync('data/entries.txt', 'utf8').length > 0 ? 'some' : 'none');
  fs.writeFileSync(path.join('.cache', 'page.html'), page);
  return page;
}

http.createServer((req, res) => {
  log.write(req.method + ' ' + req.url + '\n');
  try {
    res.end(visit(req.url) + '\n');
  } catch (err) {
    res.writeHead(500).end(String(err) + '\n');
  }
}).listen(process.env.PORT || 3000);

process.on('SIGTERM', () => process.exit(0));
