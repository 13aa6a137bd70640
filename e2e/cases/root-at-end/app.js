'use strict';
const fs = require('fs');
require('http').createServer((_, res) => {
  try {
    fs.writeFileSync('data/parcel', 'sent');
    fs.writeFileSync('/var/lib/app/parcel', 'sent');
    res.end('parcel ' + fs.readFileSync('data/parcel', 'utf8') + '\n');
  } catch (err) {
    res.writeHead(500).end(err.message + '\n');
  }
}).listen(20025);
