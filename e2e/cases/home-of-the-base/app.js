'use strict';
const fs = require('fs');
const os = require('os');
require('http').createServer((_, res) => {
  try {
    for (const dir of ['data', '/home/node/state', os.homedir() + '/.notes']) {
      fs.mkdirSync(dir, { recursive: true });
      fs.writeFileSync(dir + '/note', 'kept');
    }
    res.end('note ' + fs.readFileSync('data/note', 'utf8') + '\n');
  } catch (err) {
    res.writeHead(500).end(err.message + '\n');
  }
}).listen(20071);
