import { it } from 'vitest';
import { besideDocker, expectSame } from './pair.ts';
import { answers } from './state.ts';

besideDocker('what run and create ask for', (pair) => {
  it.each([
    ['busybox'],
    ['-it --rm --name x busybox sh -c ls'],
    ['-i busybox cat'],
    ['-t busybox'],
    ['-e A=b -e WORD -e NOTSET -e C= busybox'],
    ['-w /tmp -u 5:6 --hostname h --domainname d busybox echo -n --rm'],
    ['--entrypoint sh busybox -c x'],
    ['--entrypoint= busybox'],
    [
      '-m 16m --memory-swap -1 --memory-reservation 8M --cpus 0.5 --cpu-shares 3 --pids-limit 5 busybox',
    ],
    ['--cpuset-cpus 0 --cpu-period 1000 --cpu-quota 500 --shm-size 1g --oom-score-adj 7 busybox'],
    ['--memory-swappiness 0 --oom-kill-disable busybox'],
    [
      '-p 8080:80 -p 127.0.0.1:53:53/udp -p 90 -p 1000-1002:2000-2002 -p 3000-3005:30 -P --expose 70-72 --expose 9/udp busybox',
    ],
    ['--network none busybox'],
    ['--network n1 --network-alias q --ip 1.2.3.4 busybox'],
    ['--network name=n1,alias=a,alias=b --network n2 busybox'],
    ['--net host busybox'],
    ['-v /a:/b:ro -v vol:/c -v /d --volumes-from z:ro --volume-driver local busybox'],
    ['--tmpfs /t:size=1m --tmpfs /u busybox'],
    ['--mount type=bind,src=/x,dst=/y,ro,bind-propagation=rslave busybox'],
    ['--mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777 busybox'],
    ['--mount type=volume,src=v,dst=/vv,volume-nocopy,volume-label=a=b busybox'],
    ['--label a=b --label c busybox'],
    ['--ulimit nofile=3:4 --ulimit core=0 busybox'],
    ['--device /dev/null --device /dev/zero:/dev/z:r --device /dev/full:rw busybox'],
    ['--cap-add net_admin --cap-add CAP_CHOWN --cap-drop mknod --cap-drop chown busybox'],
    ['--cap-add net_admin --cap-drop ALL --privileged --read-only --init busybox'],
    ['--security-opt seccomp=unconfined --security-opt no-new-privileges busybox'],
    ['--security-opt systempaths=unconfined busybox'],
    ['--sysctl net.ipv4.ip_forward=1 busybox'],
    ['--pid host --ipc host --uts host --cgroupns host --userns host busybox'],
    [
      '--add-host a:1.2.3.4 --add-host b=1.1.1.1 --dns 8.8.8.8 --dns-search x --dns-option ndots:1 busybox',
    ],
    ['--restart on-failure:3 busybox'],
    ['--restart unless-stopped busybox'],
    ['--stop-signal TERM --stop-timeout 0 busybox'],
    [
      '--health-cmd true --health-interval 3s --health-timeout 1m30s --health-retries 2 --health-start-period 500ms busybox',
    ],
    ['--no-healthcheck busybox'],
    ['--log-driver json-file --log-opt max-size=1m --log-opt max-file=2 busybox'],
    ['--storage-opt size=1G --group-add 5 --group-add audio busybox'],
    ['--platform linux/386 --runtime bottle --cgroup-parent /x --annotation a=b busybox'],
    ['-a stdout --attach STDERR busybox'],
    [`busybox@sha256:${'a'.repeat(64)}`],
    ['--pull always busybox'],
    ['--pull never --quiet busybox'],
    ['-- busybox -x'],
  ])('docker create %s', (line) => pair.same(['create', ...line.split(' ')]));

  it('an image that is missing is pulled, with the progress on standard error', async () => {
    const fresh = (): void => {
      let tried = 0;
      pair.daemon.answers = {
        ...answers,
        'POST /containers/create': () =>
          tried++ === 0
            ? { status: 404, body: { message: 'No such image: busybox:latest' } }
            : { status: 201, body: { Id: 'a'.repeat(64), Warnings: ['careful'] } },
      };
    };
    expectSame(await pair.both(['create', 'busybox'], { before: fresh }));
  });
});
