"""Drives the daemon at DOCKER_HOST with docker-py; each function is a test, named on the command line."""
import io
import sys
import tarfile

import docker


def lifecycle(client):
    assert client.ping()
    assert client.version()["ApiVersion"] == "1.47"
    assert client.info()["OSType"] == "linux"
    assert client.containers.run("busybox", "echo hi", remove=True) == b"hi\n"
    try:
        client.containers.run("busybox", ["sh", "-c", "echo no >&2; exit 3"], remove=True)
    except docker.errors.ContainerError as error:
        assert error.exit_status == 3 and error.stderr == b"no\n", error
    else:
        raise AssertionError("a command that fails is an error")
    container = client.containers.run("busybox", "sleep 1000", name="a", detach=True, labels={"ship": "bottle"})
    assert container.status == "created"
    container.reload()
    assert container.status == "running" and container.name == "a"
    assert [each.name for each in client.containers.list(filters={"label": "ship=bottle"})] == ["a"]
    container.pause()
    container.reload()
    assert container.status == "paused"
    container.unpause()
    container.rename("b")
    container.update(mem_limit="32m", memswap_limit="64m")
    assert container.exec_run("cat /sys/fs/cgroup/memory.max").output == b"33554432\n"
    assert len(container.top()["Processes"]) == 1
    assert container.stats(stream=False)["pids_stats"]["current"] == 1
    container.restart(timeout=0)
    container.kill()
    assert container.wait()["StatusCode"] == 137
    container.remove()
    try:
        client.containers.get("b")
    except docker.errors.NotFound as error:
        assert error.explanation == "No such container: b", error
    else:
        raise AssertionError("a container that was removed is there")
    try:
        client.containers.create("nosuchimage")
    except docker.errors.ImageNotFound:
        pass


def execs(client):
    container = client.containers.run("busybox", "sleep 1000", detach=True)
    status, output = container.exec_run(["sh", "-c", "echo out; echo err >&2; exit 4"], demux=True)
    assert (status, output) == (4, (b"out\n", b"err\n")), (status, output)
    assert container.exec_run("tty", tty=True).output == b"/dev/pts/0\r\n"
    assert container.exec_run("id -u", user="33", workdir="/tmp", environment={"A": "1"}).output == b"33\n"
    made = client.api.exec_create(container.id, "cat", stdin=True, tty=True)["Id"]
    stream = client.api.exec_start(made, tty=True, socket=True)
    client.api.exec_resize(made, height=30, width=90)
    stream._sock.sendall(b"hello\n")
    seen = b""
    while seen.count(b"hello\r\n") < 2:  # the terminal's echo, and cat's
        seen += stream._sock.recv(4096)
    stream._sock.sendall(b"\x04")
    while stream._sock.recv(4096):
        pass
    assert client.api.exec_inspect(made)["ExitCode"] == 0
    container.remove(force=True)


def attach(client):
    container = client.containers.create("busybox", ["sh", "-c", "read x; echo got $x"], stdin_open=True)
    stream = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
    container.start()
    stream._sock.sendall(b"hello\n")
    seen = b""
    while True:
        data = stream._sock.recv(4096)
        if not data:
            break
        seen += data
    assert seen == b"\x01\0\0\0\0\0\0\x0agot hello\n", seen
    container.wait()
    container.remove()
    container = client.containers.create("busybox", ["sh", "-c", "echo one; echo two >&2"])
    lines = container.attach(stream=True, demux=True)
    container.start()
    outputs = list(lines)
    assert b"".join(out or b"" for out, _ in outputs) == b"one\n", outputs
    assert b"".join(err or b"" for _, err in outputs) == b"two\n", outputs
    container.wait()
    container.remove()


def logs(client):
    container = client.containers.run("busybox", ["sh", "-c", "echo one; read x; echo $x"], detach=True, stdin_open=True)
    follow = container.logs(stream=True, follow=True)
    assert next(follow) == b"one\n"
    stream = container.attach_socket(params={"stdin": 1, "stream": 1})
    stream._sock.sendall(b"two\n")
    assert b"".join(follow) == b"two\n"
    assert container.logs() == b"one\ntwo\n"
    assert container.logs(tail=1) == b"two\n"
    assert container.logs(timestamps=True, tail=1).endswith(b"Z two\n")
    container.remove()


def archives(client):
    container = client.containers.create("busybox", "cat /tmp/words")
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            member = tarfile.TarInfo("words")
            member.size = 11
            tar.addfile(member, io.BytesIO(b"in a bottle"))
        assert container.put_archive("/tmp", buffer.getvalue())
    chunks, stat = container.get_archive("/tmp/words")
    assert stat["name"] == "words" and stat["size"] == 11, stat
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
        assert tar.extractfile("words").read() == b"in a bottle"
    container.start()
    container.wait()
    assert container.diff() == [{"Path": "/tmp", "Kind": 0}, {"Path": "/tmp/words", "Kind": 1}], container.diff()
    image = container.commit("made", tag="1", message="why")
    assert image.tags == ["made:1"] and image.history()[0]["Comment"] == "why"
    with tarfile.open(fileobj=io.BytesIO(b"".join(container.export()))) as tar:
        assert "tmp/words" in tar.getnames()
    client.images.remove("made:1")
    container.remove()


def events(client):
    stream = client.events(decode=True, since=0, filters={"type": "container"})
    container = client.containers.create("busybox", "true")
    container.start()
    container.wait()
    container.remove()
    seen = []
    for event in stream:
        if event["Actor"]["ID"] == container.id:
            seen.append(event["Action"])
        if seen[-1:] == ["destroy"]:
            break
    stream.close()
    assert seen == ["create", "start", "die", "destroy"], seen


def networks(client):
    pool = docker.types.IPAMPool(subnet="10.5.0.0/24", gateway="10.5.0.1")
    network = client.networks.create("harbour", ipam=docker.types.IPAMConfig(pool_configs=[pool]), labels={"a": "b"})
    web = client.containers.run("busybox", "sleep 1000", name="web", detach=True)
    network.connect(web, aliases=["www"])
    network.reload()
    assert [each.name for each in network.containers] == ["web"]
    assert client.containers.run("busybox", "ping -c 1 www", network="harbour", remove=True).startswith(b"PING www (10.5.0.")
    try:
        network.remove()
    except docker.errors.APIError as error:
        assert error.status_code == 403 and "has active endpoints" in error.explanation, error
    network.disconnect(web)
    web.remove(force=True)
    network.remove()
    assert sorted(each.name for each in client.networks.list()) == ["bridge", "host", "none"]


def volumes(client):
    volume = client.volumes.create("data", labels={"a": "b"})
    mounts = {"data": {"bind": "/data", "mode": "rw"}}
    client.containers.run("busybox", ["sh", "-c", "echo kept >/data/f"], volumes=mounts, remove=True)
    read = {"data": {"bind": "/data", "mode": "ro"}}
    assert client.containers.run("busybox", "cat /data/f", volumes=read, remove=True) == b"kept\n"
    assert [each.name for each in client.volumes.list()] == ["data"]
    volume.remove()
    assert client.volumes.list() == []


def main():
    client = docker.from_env(version="auto", timeout=60)
    client.images.pull("busybox", tag="latest")
    try:
        globals()[sys.argv[1]](client)
        assert client.containers.list(all=True) == []
    finally:
        for container in client.containers.list(all=True):
            container.remove(force=True)


main()
