package image

import "testing"

func TestCommandOf(t *testing.T) {
	type words = []string
	tests := []struct {
		entrypoint, cmd words
		want            Command
	}{
		{nil, nil, NoCommand},
		{words{}, words{}, NoCommand},
		{nil, words{"/bin/sh"}, ShellCmd},
		{nil, words{"/bin/bash", "-l"}, ShellCmd},
		{words{"/bin/bash", "-c"}, nil, ShellCmd},
		{nil, words{"/bin/sh", "-c", "bash"}, ShellCmd},
		{nil, words{"/bin/sh", "-c", "exec /usr/bin/zsh"}, ShellCmd},
		{nil, words{`c:\windows\system32\cmd.exe`}, ShellCmd},
		{nil, words{"python3"}, Interpreter},
		{nil, words{"/usr/local/bin/python3.12"}, Interpreter},
		{words{"docker-entrypoint.sh"}, words{"node"}, Interpreter},
		{words{"docker-php-entrypoint"}, words{"php", "-a"}, Interpreter},
		{nil, words{"node", "/app/server.js"}, Program},
		{nil, words{"cmd", "/S"}, ShellCmd},
		{nil, words{"R"}, Interpreter},
		{nil, words{"r"}, Program},
		{words{"/tini", "--"}, words{"bash"}, ShellCmd},
		{words{"python3"}, nil, Interpreter},
		{words{"python3"}, words{"app.py"}, Program},
		{nil, words{"java", "-jar", "app.jar"}, Program},
		{nil, words{"/bin/sh", "-c", "node server.js"}, Program},
		{nil, words{"nginx", "-g", "daemon off;"}, Program},
		{words{"/server"}, nil, Program},
		{words{"/server"}, words{"--port=80"}, Program},
	}
	for _, tt := range tests {
		if got := CommandOf(tt.entrypoint, tt.cmd); got != tt.want {
			t.Errorf("ENTRYPOINT %q CMD %q: %s, want %s", tt.entrypoint, tt.cmd, got, tt.want)
		}
	}
}
