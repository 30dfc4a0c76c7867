/**
 * The demo's service calls itself by a public https address that does not exist, because LINE takes
 * nothing else; on this machine the same pages and pictures live under another origin.
 * @returns `url` under `localOrigin` when it starts with `publicUrl`, else unchanged
 */
export function mapToLocal(url: string, publicUrl: string, localOrigin: string): string {
  const base = publicUrl.replace(/\/+$/, '');
  if (url !== base && !/^[/?#]/.test(url.slice(base.length))) return url;
  return url.startsWith(base) ? localOrigin.replace(/\/+$/, '') + url.slice(base.length) : url;
}
