/**
 * The gateway that both servers deliver to: it stores the last code of every number and returns each once.
 * It is a separate process, so that its cost counts for neither side.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const codes = new Map();

async function rememberCode(request, response) {
  const { to, code } = await json(request);
  codes.set(to, code);
  response.writeHead(204).end();
}

function handOutCodes(response) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify([...codes]));
  codes.clear();
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return handOutCodes(response);
  return rememberCode(request, response).catch((error) => {
    response.writeHead(400).end(String(error));
  });
});

server.listen(Number(process.env.PORT), '127.0.0.1');
