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
    chunkSizeWarningLimit: 700, // hls.js, loaded only where the browser cannot play HLS itself
    rollupOptions: { input: { player: resolve('player/index.html') } },
  },
});
