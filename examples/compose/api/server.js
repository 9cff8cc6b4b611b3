const { createServer } = require('node:http');

createServer((request, response) => {
  if (request.url === '/health') return response.end('ok');
  response.setHeader('content-type', 'application/json');
  return response.end(JSON.stringify(['The database would be asked here.']));
}).listen(4000);
