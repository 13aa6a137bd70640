'use strict';
const fs = require('fs');
const path = require('path');

const chrome = path.join(require('os').homedir(), '.cache', 'puppeteer', 'chrome');
exports.version = () => fs.readFileSync(chrome, 'utf8');
