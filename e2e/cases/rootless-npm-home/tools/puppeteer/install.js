'use strict';
// Stands in for the download of a browser, to the place where puppeteer keeps it.
const fs = require('fs');
const path = require('path');

const dir = path.join(require('os').homedir(), '.cache', 'puppeteer');
fs.mkdirSync(dir, { recursive: true });
fs.writeFileSync(path.join(dir, 'chrome'), '131');
