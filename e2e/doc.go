// Package e2e builds Dockerfiles and their hardened versions with real engines,
// runs both and compares them. Its tests are behind the build tag e2e, need root
// and a Linux with Debian's packages in reach, and are run by
//
//	go test -tags e2e -timeout 40m ./e2e -v
//
// README.md says what is real and what is a stand-in.
package e2e
