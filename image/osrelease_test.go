package image

import "testing"

func TestOSRelease(t *testing.T) {
	tests := []struct {
		text    string
		distro  Distro
		release string
	}{
		{"NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.19.1\n", Alpine, "3.19"},
		{"ID=alpine\nVERSION_ID=3.21.0_alpha20240923\n", Alpine, "edge"},
		{"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n", Debian, "bookworm"},
		{"PRETTY_NAME=\"Debian GNU/Linux forky/sid\"\nVERSION_CODENAME=forky\nID=debian\n", Debian, "forky"},
		{"ID=ubuntu\nID_LIKE=debian\nVERSION_ID='24.04'\n", Ubuntu, "24.04"},
		{"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"21.3\"\n", Ubuntu, ""},
		{"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.3\"\n", RHEL, "9.3"},
		{"ID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"\n", AmazonLinux, "2023"},
		{"ID=wolfi\nVERSION_ID=\"20230201\"\n", Wolfi, ""},
		{"PRETTY_NAME=\"Distroless\"\nID=\"debian\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n", Distroless, "bookworm"},
		{"# ID=debian\nID=\"un\\\"known\"\r\n", "", ""},
		{"ID=alpine\r\nVERSION_ID=3\r\n", Alpine, ""},
		{"no assignment\n=\nID", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		if distro, release := OSRelease(tt.text); distro != tt.distro || release != tt.release {
			t.Errorf("%q: %q %q, want %q %q", tt.text, distro, release, tt.distro, tt.release)
		}
	}
}
