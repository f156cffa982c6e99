/** A guest whose containers talk to each other, and what the tests of networks ask of it. */
import { expect } from 'vitest';
import { Guest } from './machine.ts';

export class NetworkedGuest {
  readonly guest: Guest;

  private constructor(guest: Guest) {
    this.guest = guest;
  }

  static async open(): Promise<NetworkedGuest> {
    const net = new NetworkedGuest(await Guest.open());
    await net.docker('pull -q busybox');
    return net;
  }

  close(): Promise<void> {
    return this.guest.close();
  }

  /** Takes all containers and networks away. */
  async clear(): Promise<void> {
    await this.guest.sh('docker rm -f $(docker ps -aq); docker network prune -f');
  }

  /** What a `docker` that must succeed prints, without the newline at the end. */
  async docker(args: string): Promise<string> {
    const { stdout, stderr, code } = await this.guest.sh(`docker ${args}`);
    expect(`${args}: ${stderr}${String(code)}`).toBe(`${args}: 0`);
    return stdout.trimEnd();
  }

  /** What a `docker` that must fail says. */
  async refused(args: string): Promise<string> {
    const { stderr, code } = await this.guest.sh(`docker ${args}`);
    expect(code, args).not.toBe(0);
    return stderr;
  }

  /** A web server that says `text` on port 80. */
  async serve(name: string, text: string, flags = ''): Promise<void> {
    await this.docker(
      `run -d --name ${name} ${flags} busybox sh -c 'mkdir /www; echo ${text} > /www/index.html; exec httpd -f -p 80 -h /www'`,
    );
    await expect
      .poll(() => this.guest.sh(`docker exec ${name} wget -q -O - http://127.0.0.1/`))
      .toMatchObject({ stdout: `${text}\n` });
  }

  /** What the page gets from a port of the machine. */
  async fetchFromPage(port: number): Promise<string> {
    const { readable, writable } = await this.guest.machine.network.connect(port);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('GET / HTTP/1.0\r\n\r\n'));
    let text = '';
    const decoder = new TextDecoder();
    const reader = readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    return text.split('\r\n\r\n')[1] ?? '';
  }

  /** What the machine's shell gets from an address. */
  async wget(url: string): Promise<string> {
    return (await this.guest.sh(`wget -q -T 5 -O - ${url}`)).stdout;
  }

  /** What a container could leave behind: devices, and addresses on which somebody listens. */
  async left(): Promise<readonly string[]> {
    const devices = await this.guest.root('ls /sys/class/net');
    const listeners = await this.guest.root("netstat -tuln | awk 'NR>2{print $1,$4}' | sort");
    return [devices.stdout, listeners.stdout];
  }
}
