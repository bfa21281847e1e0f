from fulfillment.demo.staged import install

install()
