'use strict';
// Answers with a view of the project, and keeps its notes in the working directory.
const fs = require('fs');
const path = require('path');
const word = require('greeting');

const view = path.join(__dirname, '..', 'views', 'list.txt');

require('http').createServer((req, res) => {
  if (req.url === '/list') {
    fs.appendFileSync('notes.txt', '.');
    const state = fs.readFileSync('.cache/state', 'utf8').trim();
    const text = fs.readFileSync(view, 'utf8').trim().replace('WORD', word).replace('VIEW', path.basename(view));
    return res.end(`${text}, ${state}, noted: ${fs.readFileSync('notes.txt', 'utf8').length > 0}\n`);
  }
  res.writeHead(404).end();
}).listen(process.env.PORT || 3000);

process.on('SIGTERM', () => process.exit(0));
