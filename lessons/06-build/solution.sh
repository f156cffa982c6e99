#!/bin/sh
# What a learner types, step by step. The tests type it into a real terminal.

# step: recipe
mkdir -p ~/site/cgi-bin && cd ~/site
cat > index.html <<'END'
<meta charset="utf-8">
<h1>version one</h1>
<form method="post" action="/cgi-bin/sign">
  <input name="name" aria-label="name">
  <button>Sign</button>
</form>
END
cat > cgi-bin/sign <<'END'
#!/bin/sh
read -r form
name=$(httpd -d "${form#name=}" | sed 's/&/\&amp;/g; s/</\&lt;/g')
[ -e ../guests.html ] || echo '<meta charset="utf-8">' > ../guests.html
echo "<li>$name</li>" >> ../guests.html
printf 'Status: 303 See Other\r\nLocation: /guests.html\r\n\r\n'
END
chmod +x cgi-bin/sign
cat > Dockerfile <<'END'
FROM busybox
WORKDIR /www
COPY index.html .
COPY cgi-bin cgi-bin
EXPOSE 80
CMD ["httpd", "-f", "-p", "80"]
END
docker build -t site .
# or
mkdir -p cgi-bin
echo '#!/bin/sh' > cgi-bin/sign
docker image build --tag=site:latest ~/site

# step: serve
docker run -d --name site -p 8080:80 site
wget -qO- localhost:8080
# or
docker rm -f site
docker create --name site -p 8080:80 site
docker start site

# step: change
# answer: old-container 2
sed -i 's/version one/version two/' index.html
wget -qO- localhost:8080
docker build -t site .
docker rm -f site
docker run -d --name site -p 8080:80 site
wget -qO- localhost:8080
# or
docker rm -f site
docker run -d --name site -p 8080:80 site:latest
# answer: old-container 2

# step: cache
cat > Dockerfile <<'END'
FROM busybox
WORKDIR /www
COPY index.html .
COPY cgi-bin cgi-bin
RUN sleep 3
EXPOSE 80
CMD ["httpd", "-f", "-p", "80"]
END
docker build -t site .
docker build -t site .
# answer: after-change 2
sed -i 's/version two/version three/' index.html

# step: order
# answer: which-first 2
cat > Dockerfile <<'END'
FROM busybox
RUN sleep 3
WORKDIR /www
COPY index.html .
COPY cgi-bin cgi-bin
EXPOSE 80
CMD ["httpd", "-f", "-p", "80"]
END
docker build -t site .
sed -i 's/version three/version four/' index.html
docker build -t site .

# step: context
echo hunter2 > password.txt
cat > Dockerfile <<'END'
FROM busybox
WORKDIR /www
COPY . .
CMD ["httpd", "-f", "-p", "80"]
END
docker build -t site .
docker run --rm site ls /www
printf 'password.txt\nDockerfile\n' > .dockerignore
docker build -t site .
docker run -d --name clean site
docker exec clean ls /www
# or
echo '*.txt' > .dockerignore
docker build -q -t site .
docker rm -f clean
docker run -d --name clean site

# step: entrypoint
mkdir -p ~/greet && cd ~/greet
cat > Dockerfile <<'END'
FROM busybox
ENTRYPOINT ["echo", "Hello,"]
CMD ["world"]
END
docker build -t greet .
# answer: replaced 3
docker run greet
docker run greet Seoul

# step: stages
mkdir -p ~/app && cd ~/app
cat > Dockerfile <<'END'
FROM busybox AS build
RUN dd if=/dev/zero of=/compiler bs=1M count=4
RUN echo 'the finished program' > /program

FROM busybox
COPY --from=build /program /program
CMD ["cat", "/program"]
END
docker build -t big --target build .
docker build -t small .
docker run --rm small
