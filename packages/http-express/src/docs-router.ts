import { createRequire } from 'node:module';
import { dirname } from 'node:path';

import express, { Router } from 'express';

import { sendAnswer } from './answering.js';
import { openApiDocument } from './openapi.js';

/** The page loads its own files only and runs no script that is written into it. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>XZepr API</title>
<link rel="stylesheet" href="/docs/ui/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/ui/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });\n`;

/** @internal `/openapi.json`, and `/docs`, a page about it that needs nothing from elsewhere. */
export function docsRouter(version: string, hasIdentity: boolean): Router {
  const router = Router({ caseSensitive: true });
  const document = JSON.stringify(openApiDocument(version, hasIdentity));
  const files = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  router.get('/openapi.json', (_request, response) => {
    sendAnswer(response, { status: 200, body: document });
  });
  router.use('/docs', (_request, response, next) => {
    response.set('content-security-policy', DOCS_POLICY);
    next();
  });
  router.get('/docs', (_request, response) => {
    response.type('html').send(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript').send(START);
  });
  router.use('/docs/ui', express.static(files, { index: false, redirect: false, etag: false, maxAge: '1h' }));
  return router;
}
