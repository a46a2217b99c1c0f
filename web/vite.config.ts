// Every page of Tally in one build: the server embeds what lands in dist/.
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname ?? '.',
  build: {
    outDir: process.env['TALLY_WEB_DIST'] ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200, // hls.js and RapiDoc, each loaded only by the page that needs it
    rollupOptions: {
      input: { player: resolve('player/index.html'), reference: resolve('reference/index.html') },
    },
  },
});
