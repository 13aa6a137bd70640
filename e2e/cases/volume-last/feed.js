'use strict';
// Stores what it is asked for and copies it to the backup.
const fs = require('fs');
const store = process.env.STORE + '/feed.json';
require('http').createServer((req, res) => {
  try {
    fs.writeFileSync(store, JSON.stringify({ path: req.url }));
    fs.copyFileSync(store, '/backup/feed.json');
    res.end('stored ' + JSON.parse(fs.readFileSync('/backup/feed.json')).path + '\n');
  } catch (err) {
    res.writeHead(500).end(err.message + '\n');
  }
}).listen(20018);
