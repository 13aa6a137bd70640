const config = require('./config.json');
require('http').createServer((_, res) => res.end(config.greeting + '\n')).listen(20016);
process.on('SIGTERM', () => process.exit(0));
