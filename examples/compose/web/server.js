const { createServer } = require('node:http');

const api = process.env.API_URL;

createServer(async (_request, response) => {
  const entries = await fetch(`${api}/entries`).then((answer) => answer.json());
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<h1>Guestbook</h1>${entries.map((entry) => `<p>${entry}</p>`).join('')}`);
}).listen(3000);
