package main

import "testing"

// TestWeigh: two near-duplicates of one repository count as one file, the same
// text in another repository for itself.
func TestWeigh(t *testing.T) {
	const a = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nEXPOSE 3000\nCMD [\"node\", \"server.js\"]\n"
	const newer = "# another version\nFROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nEXPOSE 3000\nCMD [\"node\", \"server.js\"]\n"
	const other = "FROM alpine\nRUN apk add --no-cache nginx\nCMD [\"nginx\"]\n"
	var all []*outcome
	for _, f := range []struct{ name, src string }{
		{"one/a/Dockerfile", a}, {"one/b/Dockerfile", newer}, {"one/c/Dockerfile", other}, {"two/Dockerfile", a},
	} {
		all = append(all, &outcome{name: f.name, lines: lineSet([]byte(f.src))})
	}
	weigh(all)
	for i, want := range []float64{0.5, 0.5, 1, 1} {
		if all[i].weight != want {
			t.Errorf("%s weighs %v, want %v", all[i].name, all[i].weight, want)
		}
	}
}
