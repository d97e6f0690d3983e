// SPDX-License-Identifier: MIT OR Apache-2.0

// A client and a server on pion/dtls, for `cargo xtask test`.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/pion/dtls/v2"
)

const usage = "usage: pion-peer [options] client|server PORT"

var (
	identity = flag.String("identity", "", "of the pre-shared key")
	psk      = flag.String("psk", "", "pre-shared key, hexadecimal")
	cert     = flag.String("cert", "", "file of the own certificate chain")
	key      = flag.String("key", "", "file of its key, SEC1")
	ca       = flag.String("ca", "", "file of the CA of the peer, which must have a certificate")
	name     = flag.String("name", "", "of the server")
	noEms    = flag.Bool("no-ems", false, "without extended master secret")
)

func main() {
	flag.Parse()
	if flag.NArg() != 2 {
		fail(usage)
	}
	port, err := strconv.Atoi(flag.Arg(1))
	check(err)
	address := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
	config := &dtls.Config{ExtendedMasterSecret: dtls.RequireExtendedMasterSecret}
	if *noEms {
		config.ExtendedMasterSecret = dtls.DisableExtendedMasterSecret
	}
	if *psk != "" {
		preSharedKey(config, flag.Arg(0) == "client")
	} else {
		certificates(config)
	}
	switch flag.Arg(0) {
	case "client":
		client(address, config)
	case "server":
		server(address, config)
	default:
		fail(usage)
	}
}

func preSharedKey(config *dtls.Config, isClient bool) {
	key, err := hex.DecodeString(*psk)
	check(err)
	config.CipherSuites = []dtls.CipherSuiteID{dtls.TLS_PSK_WITH_AES_128_CCM_8}
	if isClient {
		config.PSKIdentityHint = []byte(*identity)
	}
	config.PSK = func(name []byte) ([]byte, error) {
		if !isClient && string(name) != *identity {
			return nil, fmt.Errorf("no key for %q", name)
		}
		return key, nil
	}
}

func certificates(config *dtls.Config) {
	config.CipherSuites = []dtls.CipherSuiteID{dtls.TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8}
	config.ServerName = *name
	if *cert != "" {
		own, err := tls.LoadX509KeyPair(*cert, *key)
		check(err)
		config.Certificates = []tls.Certificate{own}
	}
	if *ca != "" {
		pem, err := os.ReadFile(*ca)
		check(err)
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			fail("no certificate in " + *ca)
		}
		config.ClientCAs = config.RootCAs
		config.ClientAuth = dtls.RequireAndVerifyClientCert
	}
}

// Sends what is typed, prints what arrives, ends with its input.
func client(address *net.UDPAddr, config *dtls.Config) {
	connection, err := dtls.Dial("udp", address, config)
	check(err)
	go print(connection)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		_, err := connection.Write(lines.Bytes())
		check(err)
	}
	check(connection.Close())
}

func print(connection net.Conn) {
	buffer := make([]byte, 1<<14)
	for {
		length, err := connection.Read(buffer)
		if err != nil {
			return
		}
		fmt.Println(string(buffer[:length]))
	}
}

// Sends everything back, to as many clients as come.
func server(address *net.UDPAddr, config *dtls.Config) {
	listener, err := dtls.Listen("udp", address, config)
	check(err)
	for {
		connection, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		go echo(connection)
	}
}

func echo(connection net.Conn) {
	defer connection.Close()
	buffer := make([]byte, 1<<14)
	for {
		length, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err := connection.Write(buffer[:length]); err != nil {
			return
		}
	}
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
