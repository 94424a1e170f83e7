/** A sample output of `list-contents`, for tests. */

const prefix = '/opt/pyenv/versions/3.14.3t/lib/python3.14t/site-packages';
const plain = '/opt/build-python/lib/python3.14t/site-packages';

const listing = {
  os_release: 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian\n',
  packages: 'libstdc++6\t14.2.0-19\tamd64\tgcc-14\t14.2.0-19\nzlib1g\t1:1.3.1\tamd64\tzlib\t1:1.3.1\n',
  copyrights:
    '/usr/share/doc/zlib1g/copyright\tFormat: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n' +
    '/usr/share/doc/zlib1g/copyright\tLicense: Zlib\n',
  metadata:
    `${plain}/meson-1.12.1.dist-info/METADATA\tName: meson\n${plain}/meson-1.12.1.dist-info/METADATA\tVersion: 1.12.1\r\n` +
    `${prefix}/numpy-2.4.6.dist-info/METADATA\tName: numpy\n${prefix}/numpy-2.4.6.dist-info/METADATA\tVersion: 2.4.6\n` +
    `${prefix}/numpy-2.4.6.dist-info/METADATA\tLicense-Expression: BSD-3-Clause AND 0BSD\n`,
  sources: [] as object[],
};

export function listingOf(changes: Partial<typeof listing>): string {
  return JSON.stringify({ ...listing, ...changes });
}
