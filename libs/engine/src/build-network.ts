/** Decides how a build reaches the network: through the user's proxies, and on the host's network if necessary. Pure. */

/** The arguments that Dockerfiles do not have to declare: https://docs.docker.com/reference/dockerfile/#predefined-args */
const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Names of the proxy variables that are set. As build arguments without a value they reach the steps of a build, but no
 * argument list, layer or build id. That matters because they may contain a password.
 */
export function proxyArguments(env: Environment): string[] {
  return proxyVariables.filter((name) => (env[name] ?? '') !== '');
}

/** `host` if a proxy or an address that the build fetches from is this machine; otherwise undefined. */
export function buildNetwork(env: Environment, addresses: readonly string[]): 'host' | undefined {
  const proxies = proxyArguments(env).filter((name) => !/^no_proxy$/i.test(name));
  const all = [...addresses, ...proxies.map((name) => env[name] ?? '')];
  return all.some(isLoopback) ? 'host' : undefined;
}

function isLoopback(address: string): boolean {
  // A proxy may have no scheme.
  const url = URL.parse(address.includes('://') ? address : `http://${address}`);
  return url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
