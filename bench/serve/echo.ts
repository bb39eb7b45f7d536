/** A server that does nothing but read a body and send as many bytes as an answer of ten logits has: prints its port. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const ANSWER = {
  outputs: [{ name: 'logits', datatype: 'FP32', shape: [1, 10], data: new Array(10).fill(1.2345678) }],
};

const app = new Hono();
app.post('/', async (c) => {
  await c.req.arrayBuffer();
  return c.json(ANSWER);
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(port));
