package checks

import "testing"

// TestListenCode: what opens a port, and what only names one.
func TestListenCode(t *testing.T) {
	tests := []struct {
		line string
		port int
	}{
		{`server.listen(80, () => {})`, 80},
		{`app.listen('443')`, 443},
		{`const port = process.env.PORT || 80;`, 80},
		{`port = int(os.environ.get("PORT", 80))`, 80},
		{`port = int(os.getenv('PORT') or 80)`, 80},
		{`app.run(host="0.0.0.0", port=80)`, 80},
		{`uvicorn.run(app, port=443, ssl_keyfile="k")`, 443},
		{`HTTPServer(('', 80), Handler)`, 80},
		{`http.ListenAndServe(":80", nil)`, 80},
		{`r.Run("0.0.0.0:80")`, 80},
		{`let addr = SocketAddr::from(([0, 0, 0, 0], 80));`, 80},
		{`$server = new Swoole\Http\Server("0.0.0.0", 80);`, 80},
		{`$worker = new Worker('http://0.0.0.0:80');`, 80},
		{`"Url": "http://*:80"`, 80},
		{`bind "tcp://0.0.0.0:80"`, 80},
		{`bind = "0.0.0.0:80"`, 80},
		{`server.port=80`, 80},
		{`PORT=80`, 80},
		{`set :port, 80`, 80},
		{`Bun.serve({ port: 80, fetch })`, 80},

		{`server.listen(8080)`, 0},
		{`server.listen(0)`, 0},
		{`return ("", 204)`, 0},
		{`fetch("http://example.com:80/x")`, 0},
		{`smtplib.SMTP("mail.example.com", 25)`, 0},
		{`const options = { host: "example.com", port: 443 };`, 0},
		{`spring.mail.port=25`, 0},
		{`SMTP_PORT=25`, 0},
		{`time.strftime("%H:%M")`, 0},
	}
	for _, tt := range tests {
		got := 0
		for _, code := range listenCode {
			if m := code.FindStringSubmatch(tt.line); m != nil {
				got = lowNumber(m[1])
				break
			}
		}
		if got != tt.port {
			t.Errorf("%s: got %d, want %d", tt.line, got, tt.port)
		}
		if tt.port != 0 && !systemSign.MatchString(tt.line) {
			t.Errorf("%s: the file would not be read", tt.line)
		}
	}
}
