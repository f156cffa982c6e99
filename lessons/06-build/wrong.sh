#!/bin/sh
# Plausible mistakes. Each keeps its step open, and its first check that does not hold gives this reason.

# step: recipe
# mistake
mkdir -p ~/site && cd ~/site
docker build -t site .
# en: The image site is not here yet.
# ko: site 이미지가 아직 없어요.
# mistake
echo '<h1>version one</h1>' > index.html
cat > Dockerfile <<'END'
FROM busybox
WORKDIR /www
COPY index.html .
EXPOSE 80
CMD ["httpd", "-f", "-p", "80"]
END
docker build .
# en: The image site is not here yet.
# ko: site 이미지가 아직 없어요.

# step: serve
# mistake
docker run -d --name site site
# en: The container named site does not publish its port as asked. It needs -p 8080:80.
# ko: site 컨테이너의 포트가 정해진 대로 열려 있지 않아요. -p 8080:80 옵션이 필요해요.

# step: change
# mistake
sed -i 's/version one/version two/' index.html
docker build -t site .
docker restart -t 0 site
# en: The file /www/index.html of the container named site does not contain “version two” yet.
# ko: site 컨테이너의 /www/index.html 파일에 “version two” 내용이 아직 없어요.

# step: context
# mistake
echo hunter2 > password.txt
cat > Dockerfile <<'END'
FROM busybox
WORKDIR /www
COPY . .
CMD ["httpd", "-f", "-p", "80"]
END
docker build -t site .
docker run -d --name clean site
# en: The container named clean still has the file /www/password.txt. It should not be there.
# ko: clean 컨테이너에 /www/password.txt 파일이 아직 있어요. 없어야 해요.

# step: entrypoint
# mistake
mkdir -p ~/greet && cd ~/greet
printf 'FROM busybox\nCMD ["echo", "Hello,", "world"]\n' > Dockerfile
docker build -t greet .
docker run greet Seoul
# en: The container from greet runs “Seoul”; it should run “echo Hello, …”.
# ko: greet 컨테이너가 “Seoul” 명령을 실행해요. “echo Hello, …” 명령이어야 해요.

# step: stages
# mistake
mkdir -p ~/app && cd ~/app
printf 'FROM busybox AS build\nRUN dd if=/dev/zero of=/compiler bs=1M count=4\n' > Dockerfile
docker build -t big .
docker build -t small .
# en: The image small is not smaller than big.
# ko: small 이미지가 big 이미지보다 작지 않아요.
