import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** What all pages share; scripts/build.ts adds each page's folder, base and place in dist. */
export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
