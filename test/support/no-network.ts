import nock from 'nock';
import { afterEach, beforeAll, expect } from 'vitest';

const strays: string[] = [];

/** Nothing but loopback is reachable from a test; a request that no interceptor expected fails the test. */
beforeAll(() => {
  nock.disableNetConnect();
  nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/);
  nock.emitter.on('no match', (request) => {
    const { hostname, pathname } = new URL(request.url);
    if (!/^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname)) {
      strays.push(`${request.method} ${hostname}${pathname}`);
    }
  });
});

afterEach(() => {
  const unexpected = strays.splice(0);
  expect(unexpected, 'requests that nothing in the test expected').toEqual([]);
});
