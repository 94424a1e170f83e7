/** How a build reaches the network: through the proxies of its user, and on the host's own network where it must. Pure. */

/** The arguments that every Dockerfile knows without declaring them: https://docs.docker.com/reference/dockerfile/#predefined-args */
const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Names of the proxy variables that are set. As build arguments without a value they reach the steps of a build, and
 * no argument list, layer or build id, which matters where they hold a password.
 */
export function proxyArguments(env: Environment): string[] {
  return proxyVariables.filter((name) => (env[name] ?? '') !== '');
}

/** `host` when a proxy, or one of the addresses that the build fetches from, is this machine itself; else undefined. */
export function buildNetwork(env: Environment, addresses: readonly string[]): 'host' | undefined {
  const proxies = proxyArguments(env).filter((name) => !/^no_proxy$/i.test(name));
  const all = [...addresses, ...proxies.map((name) => env[name] ?? '')];
  return all.some(isLoopback) ? 'host' : undefined;
}

function isLoopback(address: string): boolean {
  // A proxy may be given without a scheme.
  const url = URL.parse(address.includes('://') ? address : `http://${address}`);
  return url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
