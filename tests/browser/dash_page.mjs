// Serves dash.html and dash.js from a port of its own: players come from other origins, too.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const dash = join(dirname(require.resolve('dashjs/package.json')), 'dist/dash.all.min.js');
const files = {
  '/': [new URL('dash.html', import.meta.url), 'text/html'],
  '/dash.js': [dash, 'text/javascript'],
};

/** { url: (mpd) => address of the page playing it, close() } */
export async function serveDashPage() {
  const server = createServer(async (request, response) => {
    const [path, type] = files[new URL(request.url, 'http://localhost').pathname] ?? [];
    if (!path) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': type }).end(await readFile(path));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    url: (mpd) => `${origin}/?mpd=${encodeURIComponent(mpd)}`,
    close: () => server.close(),
  };
}
