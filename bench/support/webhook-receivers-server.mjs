/**
 * Receivers of webhooks, one for each path: it stores when each event arrived, and returns each arrival once. What is
 * posted to /hang gets no response.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

let arrivals = [];

async function receive(request, response) {
  const { timestamp } = await json(request);
  arrivals.push({ path: request.url, lagMs: Date.now() - Date.parse(timestamp) });
  if (request.url !== '/hang') response.writeHead(204).end();
}

function handOutArrivals(response) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(arrivals));
  arrivals = [];
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return handOutArrivals(response);
  return receive(request, response).catch((error) => {
    response.writeHead(400).end(String(error));
  });
});

server.listen(Number(process.env.PORT), '127.0.0.1');
