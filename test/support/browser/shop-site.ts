import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ShopSite = Awaited<ReturnType<typeof startShopSite>>;

/** A website of a customer, on an origin of its own: it loads our elements, and creates pages with its key. */
export async function startShopSite() {
  let html = '';
  let createPage = async (): Promise<unknown> => ({});
  const server = createServer(async (request, response) => {
    const isStart = request.method === 'POST' && request.url === '/start';
    const [type, body] = isStart
      ? ['application/json', JSON.stringify(await createPage())]
      : ['text/html', html];
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    /** What its page has, after the script with our elements. */
    serve(script: string, body: string, attributes = 'lang="en"'): void {
      html = `<!doctype html><html ${attributes}><title>Shop</title>${script}<body>${body}
        <script>
          window.events = [];
          for (const name of ['verified', 'closed', 'failed', 'complete']) {
            addEventListener('waverify-' + name, ({ detail }) => events.push([name, detail]));
          }
          addEventListener('message', ({ origin }) => events.push(['message', origin]));
        </script></body></html>`;
    },
    onStart(create: () => Promise<unknown>): void {
      createPage = create;
    },
    close: () => server.close(),
  };
}
