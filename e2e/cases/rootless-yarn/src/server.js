'use strict';
// Keeps its visits in a file beside the built program.
const fs = require('fs');
const path = require('path');

const file = path.join(__dirname, 'visits');

require('http').createServer((req, res) => {
  fs.appendFileSync(file, '.');
  const state = fs.readFileSync('.cache/state', 'utf8').trim();
  res.end(`hello from SOURCE, ${state}, visited: ${fs.readFileSync(file, 'utf8').length > 0}\n`);
}).listen(process.env.PORT || 3000);

process.on('SIGTERM', () => process.exit(0));
