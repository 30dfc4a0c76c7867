import type { Endpoint } from './line-endpoint.ts';

export type Route = { endpoint: Endpoint; params: Record<string, string> };

/** Finds the endpoint of a method and path; a fixed path goes before one with `{…}` parts. */
export function createLineRouter(endpoints: Endpoint[]): (method: string, path: string) => Route | null {
  const fixed = new Map<string, Route>();
  const open: { endpoint: Endpoint; parts: string[] }[] = [];
  for (const endpoint of endpoints) {
    if (endpoint.path.includes('{')) open.push({ endpoint, parts: endpoint.path.split('/') });
    else fixed.set(`${endpoint.method} ${endpoint.path}`, { endpoint, params: {} });
  }

  return (method, path) => {
    const exact = fixed.get(`${method} ${path}`);
    if (exact !== undefined) return exact;
    const steps = path.split('/');
    for (const { endpoint, parts } of open) {
      if (endpoint.method !== method || parts.length !== steps.length) continue;
      const params = matchParts(parts, steps);
      if (params !== null) return { endpoint, params };
    }
    return null;
  };
}

function matchParts(parts: string[], steps: string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const step = steps[at] ?? '';
    if (!part.startsWith('{')) {
      if (part !== step) return null;
    } else {
      try {
        params[part.slice(1, -1)] = decodeURIComponent(step);
      } catch {
        return null;
      }
    }
  }
  return params;
}
