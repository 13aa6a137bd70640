'use strict';
const fs = require('fs');
const [dataDir, logDir] = [process.argv[2].split('=')[1], process.argv[4]];
require('http').createServer((_, res) => {
  try {
    for (const dir of [dataDir, logDir]) {
      fs.mkdirSync(dir, { recursive: true });
      fs.appendFileSync(dir + '/visits', 'one\n');
    }
    res.end('visits: ' + fs.readFileSync(dataDir + '/visits', 'utf8').slice(0, 3) + '\n');
  } catch (err) {
    res.writeHead(500).end(err.message + '\n');
  }
}).listen(20072);
